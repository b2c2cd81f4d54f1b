-- The shop's tables and its products. web.py runs this file whenever it first reaches the database, so
-- every statement must do no harm when it is run again, or by two replicas at once.
CREATE TABLE IF NOT EXISTS products (
  id INT PRIMARY KEY,
  name VARCHAR(40) NOT NULL UNIQUE,
  price_cents INT NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
  id BIGINT PRIMARY KEY AUTO_INCREMENT,
  customer VARCHAR(40) NOT NULL,
  value_cents INT NOT NULL,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  INDEX (created)
);

CREATE TABLE IF NOT EXISTS order_lines (
  order_id BIGINT NOT NULL,
  product_id INT NOT NULL,
  quantity INT NOT NULL,
  PRIMARY KEY (order_id, product_id),
  FOREIGN KEY (order_id) REFERENCES orders (id),
  FOREIGN KEY (product_id) REFERENCES products (id)
);

INSERT IGNORE INTO products (id, name, price_cents) VALUES
  (1, 'espresso-cup', 950),
  (2, 'teapot', 3400),
  (3, 'coffee-beans', 1290),
  (4, 'green-tea', 780),
  (5, 'milk-jug', 1650),
  (6, 'grinder', 8900);
